/** Starts timing; what it gives tells the wall-clock and the processor seconds of the whole process since. */
export function stopwatch() {
  const start = performance.now();
  const used = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(used);
    return { seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 };
  };
}
