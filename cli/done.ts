import type { Terminal } from './terminal';

/**
 * What a command changed, as `--json` prints it: one object a line, documented in docs/cli.md.
 * `version` grows when a field changes its meaning or goes; new fields may come at any time.
 */
export interface Done {
  readonly version: 1;
  readonly command: 'ack' | 'gameday start' | 'pause' | 'resume' | 'veto';
  /** False: it was so already, and nothing was written. */
  readonly changed: boolean;
  readonly scope: 'instance' | 'policy';
  /** The instance id, or the policy's name. */
  readonly id: string;
  readonly name: string;
  readonly incidentId: string | null;
  /** What was done, or how it stands. */
  readonly text: string;
  /** What to know beside that. */
  readonly notes: readonly string[];
  /** A command line that takes it back; null where nothing does. */
  readonly undo: string | null;
}

/** Prints what was done, for people or for the next program. */
export function printDone(done: Done, isJson: boolean, terminal: Terminal): void {
  if (isJson) {
    terminal.out(JSON.stringify(done));
    return;
  }
  const { colors } = terminal;
  terminal.out(done.changed ? colors.bold(done.text) : done.text);
  for (const note of done.notes) terminal.out(`  ${note}`);
  if (done.undo !== null) terminal.out(`  ${colors.dim('To undo:')} ${done.undo}`);
}
