// How pages write numbers and times.

/** A count with its noun: 1 user, 2 users. */
export const size = (count, noun, many = `${noun}s`) => `${count.toLocaleString('en')} ${count === 1 ? noun : many}`;

/** Bytes as people read them: 13 B, 1.4 KB, 20 MB. */
export function bytes(count) {
  const units = ['B', 'KB', 'MB', 'GB'];
  const power = count < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
  const value = count / 1000 ** power;
  return `${power === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** A moment, of seconds since 1970 or as ISO 8601 has it: 2026-11-30 19:22:06. It is in UTC, as all of the sandbox's are. */
export function date(time) {
  const text = /^\d+(\.\d+)?$/.test(String(time)) ? new Date(Number(time) * 1000).toISOString() : String(time);
  return text.slice(0, 19).replace('T', ' ');
}

/** What stands last in a path or an ARN. */
export const last = (text) => text.slice(Math.max(text.lastIndexOf('/', text.length - 2), -1) + 1);
