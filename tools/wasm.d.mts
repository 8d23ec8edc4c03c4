/** Brings both builds of the kernels up to date and gives their paths. */
export function buildKernels(): Promise<{ readonly plain: string; readonly relaxed: string }>;
