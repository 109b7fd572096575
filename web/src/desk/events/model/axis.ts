/** One logarithmic time axis for all deliveries of an event: a tenth of a second and ten hours stand on the same line. */

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const START_MS = 40;
const STEPS_MS = [100, SECOND_MS, 10 * SECOND_MS, MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 10 * HOUR_MS, 3 * DAY_MS, 30 * DAY_MS, 365 * DAY_MS] as const;
/** Even a quick event leaves room for what may still happen. */
const LEAST_MS = 10 * SECOND_MS;
const TICKS_MAX = 6;

export interface Axis {
  ticks: { ms: number; place: number }[];
  /** 0 at the left edge, 1 at the right one. */
  place: (ms: number) => number;
}

export function layAxis(longest_ms: number): Axis {
  const end = STEPS_MS.findIndex((step) => step >= Math.max(longest_ms * 1.15, LEAST_MS));
  const steps = STEPS_MS.slice(0, end < 0 ? undefined : end + 1);
  const reach = Math.log10((steps.at(-1) ?? LEAST_MS) / START_MS);
  const place = (ms: number) => Math.min(1, Math.max(0, Math.log10(Math.max(ms, START_MS) / START_MS) / reach));
  const stride = Math.ceil(steps.length / TICKS_MAX);
  return { ticks: steps.filter((_, index) => (steps.length - 1 - index) % stride === 0).map((ms) => ({ ms, place: place(ms) })), place };
}

/** The marks of an axis whose words find room beside each other; the last one, how far it reaches, always does. */
export function spaceTicks(ticks: Axis['ticks'], width_px: number, apart_px: number): Axis['ticks'] {
  const kept: Axis['ticks'] = [];
  for (const tick of ticks.toReversed()) {
    const next = kept[0];
    if (!next || (next.place - tick.place) * width_px >= apart_px) kept.unshift(tick);
  }
  return kept;
}

export interface Span {
  unit: 'ms' | 'seconds' | 'minutes' | 'hours' | 'days';
  count: string;
}

/** "0.3 s", "41 s", "4 min": as exact as it matters. */
export function measure(ms: number): Span {
  const whole = (value: number) => String(Math.round(value));
  if (ms < 95) return { unit: 'ms', count: whole(Math.max(ms, 0)) };
  if (ms < 9_950) return { unit: 'seconds', count: (ms / SECOND_MS).toFixed(1).replace(/\.0$/, '') };
  if (ms < 99 * SECOND_MS && ms !== MINUTE_MS) return { unit: 'seconds', count: whole(ms / SECOND_MS) };
  if (ms < 99 * MINUTE_MS) return { unit: 'minutes', count: whole(ms / MINUTE_MS) };
  if (ms < 48 * HOUR_MS) return { unit: 'hours', count: whole(ms / HOUR_MS) };
  return { unit: 'days', count: whole(ms / DAY_MS) };
}

/** "3:48", "2:05:00": what is left until a moment. */
export function countDown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / SECOND_MS));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
