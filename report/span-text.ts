const MINUTE = 60;
const HOUR = 3_600;

const trim = (seconds: number): string => seconds.toFixed(1).replace(/\.0$/, '');

/** A length of time for people: `0.8 s`, `1 min 5 s`, `12 h 3 min`; a dash where there is none. */
export function spanText(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 0) return `-${spanText(-seconds)}`;
  // Rounded first, so that 59.97 is a minute and not "60 s".
  const tenths = Math.round(seconds * 10) / 10;
  if (tenths < MINUTE) return `${trim(tenths)} s`;
  const whole = Math.round(seconds);
  if (whole < HOUR) return joined([Math.floor(whole / MINUTE), 'min'], [whole % MINUTE, 's']);
  const minutes = Math.round(whole / MINUTE);
  return joined([Math.floor(minutes / MINUTE), 'h'], [minutes % MINUTE, 'min']);
}

type Amount = readonly [count: number, unit: string];

function joined(large: Amount, small: Amount): string {
  return small[0] === 0 ? large.join(' ') : [...large, ...small].join(' ');
}

/** A moment of a drill: `0:02.1`, `12:31.0`, `1:02:03`; with a minus before the beginning. */
export function momentText(seconds: number): string {
  const tenths = Math.round(Math.abs(seconds) * 10);
  const sign = seconds < 0 && tenths > 0 ? '-' : '';
  const whole = Math.floor(tenths / 10);
  const [h, m, s] = [Math.floor(whole / HOUR), Math.floor((whole % HOUR) / MINUTE), whole % MINUTE];
  const two = (count: number): string => String(count).padStart(2, '0');
  return h > 0 ? `${sign}${h}:${two(m)}:${two(s)}` : `${sign}${m}:${two(s)}.${tenths % 10}`;
}
