const { appendFileSync } = require('node:fs');
const ranks = ['trace', 'debug', 'info', 'warn', 'error', 'critical'];
class Logger {
  constructor(file) {
    this.file = file;
    this.level = 0;
    this.raw = false;
  }
  write(rank, text) {
    if (rank < this.level) return;
    const stamp = `${new Date().toISOString().replace('T', ' ').slice(0, 23)} [${ranks[rank]}] `;
    try {
      appendFileSync(this.file, this.raw ? text : `${stamp}${text}\n`);
    } catch {} // the folder is gone
  }
  setLevel(level) {
    this.level = level;
  }
  getLevel() {
    return this.level;
  }
  setPattern() {
    this.raw = false;
  }
  clearFormatters() {
    this.raw = true;
  }
  flush() {}
  drop() {}
}
ranks.forEach((name, rank) => {
  Logger.prototype[name] = function (text) {
    this.write(rank, text);
  };
});
exports.version = 0;
exports.setLevel = exports.setFlushOn = exports.shutdown = () => undefined;
exports.Logger = Logger;
exports.createRotatingLogger = exports.createAsyncRotatingLogger = async (name, file) => new Logger(file);
