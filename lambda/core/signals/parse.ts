import { parseEnvelope } from './envelope';
import { quote } from './field';
import type { Home, Parsed } from './signal';
import { SIGNAL_TABLE } from './table';
import { ignored } from './unparsed';

/**
 * Reads one event, given as JSON text or as what JSON.parse made of it. Total: what is malformed
 * is `rejected`, what is not ours is `ignored`, each with a reason; nothing is thrown.
 */
export function parseSignal(raw: unknown, home: Home): Parsed {
  const read = parseEnvelope(raw);
  if (read.outcome !== 'envelope') return read;
  const event = read.envelope;
  const row = SIGNAL_TABLE.find(
    ({ source, detailType }) => source === event.source && detailType === event.detailType,
  );
  return row === undefined
    ? ignored(
        `source ${quote(event.source)} with detail-type ${quote(event.detailType)} is no kind of ` +
          'event that the watchdog reads',
      )
    : row.parse(event, home);
}
