import { describePause, readPause } from '../../lambda/core/pause';
import { T0, at } from './builders';

const paused = (text: string) => readPause({ 'watchdog:pause-until': text }, T0);

describe('a pause', () => {
  it('is none without a tag', () => {
    expect(readPause({ watchdog: 'livechat' }, T0)).toEqual({ kind: 'none' });
  });

  it('lasts until its time and carries the reason', () => {
    expect(paused('2024-08-01T12:30:00Z deploying  4.2')).toEqual({
      kind: 'paused',
      until: Date.UTC(2024, 7, 1, 12, 30),
      note: 'deploying 4.2',
    });
  });

  it.each([
    '2024-08-01T13:30:00+01:00',
    '2024-08-01T12:30Z',
    '2024-08-01T12:30:00.000Z',
    '2024-08-02',
  ])('has a time that may be written %s', (text) => {
    expect(paused(text)).toMatchObject({ kind: 'paused', note: '' });
  });

  it('is over at its time', () => {
    const tags = { 'watchdog:pause-until': '2024-08-01T12:10:07Z' };
    expect(readPause(tags, at(-1)).kind).toBe('paused');
    expect(readPause(tags, at(0)).kind).toBe('none');
  });

  // Why this test? JavaScript reads "2" as February 2001: a pause that had ended long ago.
  it.each([
    '',
    'tomorrow',
    '17:00',
    '2 hours',
    '12 h',
    '50',
    '2024-13-45T00:00:00Z',
    '01/09/2024',
    '2024-08-01T12:00:00',
    '0',
  ])('that cannot be read (%j) has no end', (text) => {
    const pause = paused(text);
    expect(pause).toMatchObject({ kind: 'paused', until: undefined });
    expect(pause.kind === 'paused' && pause.note).toContain('unreadable');
  });

  it('is outweighed by a hold, which needs no value', () => {
    const tags = { 'watchdog:hold': '', 'watchdog:pause-until': '2001-09-09' };
    expect(readPause(tags, T0)).toEqual({ kind: 'held', note: '' });
  });

  it('is told with its end and its reason', () => {
    const told = (text: string): string => {
      const pause = paused(text);
      return pause.kind === 'none' ? 'none' : describePause(pause);
    };
    expect(told('2024-08-01T12:30:00Z x')).toBe('paused until 2024-08-01T12:30:00.000Z (x)');
    expect(told('soon')).toBe('paused without an end (unreadable time "soon")');
    expect(describePause({ kind: 'held', note: '' })).toBe('held (no reason given)');
  });
});
