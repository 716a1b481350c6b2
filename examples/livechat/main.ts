import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  askServer,
  runBackfill,
  runJournalCheck,
  runPresenceDown,
  type ServerCommand,
} from './commands';
import { nodeDisk } from './disk';
import { EXIT, readFlags, UsageError, type ExitCode, type Flags } from './flags';
import { reasonOf } from './json';
import { ChatServer } from './server';
import { workspaceAt } from './workspace-client';
import { Workspace } from './workspace';

const USAGE = `usage: main.ts <command> [--flag value …]

  serve            --journal DIR --workspace URL --pod NAME [--port 8080] [--on-ready COMMAND]
  workspace        --store DIR [--port 8090]
  health           --server URL             0 when whole, 75 when not
  drain            --server URL             no new chats, flush, clients reconnect elsewhere
  resume           --server URL             takes chats again after a drain
  presence-resync  --server URL             the workspace gets all of the pod's presence
  presence-down    --workspace URL --pod NAME [--at TIME]   the workspace takes the pod's agents
                   offline; nothing when a later boot than that of the outage has spoken
  backfill         --journal DIR --checkpoints DIR --workspace URL --from TIME --to TIME
                   [--margin-seconds 60] [--again yes]
                   75 also while the journal's end was not checked after an unclean end
  journal-check    --journal DIR            0 when sound or only torn, 65 when damaged

TIME is ISO 8601 with a zone, for instance 2024-08-01T12:10:07Z. An answer is one line of JSON.
Exit codes: 0 done; 64 wrong call; 65 damaged data; 70 fault; 75 run the same command again.
`;

/** One line of JSON: for scripts, and for people. */
function tell(line: unknown): void {
  console.log(JSON.stringify(line));
}

/** Ends in order at the first SIGTERM or SIGINT; systemd's own deadline sees to a hang. */
function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    stop().then(
      () => process.exit(EXIT.done),
      (error: unknown) => {
        console.error(`could not end in order: ${reasonOf(error)}`);
        process.exit(EXIT.fault);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

/** A program without arguments, for instance /usr/local/bin/watchdog-ready. */
async function announce(command: string): Promise<void> {
  if (command === '') return;
  await promisify(execFile)(command, { timeout: 60_000 });
}

async function serve(flags: Flags): Promise<undefined> {
  const command = flags.text('on-ready', '');
  const server = await ChatServer.start({
    pod: flags.text('pod'),
    folder: flags.text('journal'),
    disk: nodeDisk,
    now: Date.now,
    port: flags.count('port', 8080),
    workspace: workspaceAt(flags.text('workspace')),
    announceReady: async () => announce(command),
  });
  stopOnSignal(async () => server.stop());
  const health = await server.serving();
  tell({ kind: health.ok ? 'serving' : 'not-serving', url: server.url, journal: health.journal });
  return undefined;
}

async function runWorkspace(flags: Flags): Promise<undefined> {
  const workspace = await Workspace.start({
    folder: flags.text('store'),
    disk: nodeDisk,
    now: Date.now,
    port: flags.count('port', 8090),
  });
  stopOnSignal(async () => workspace.stop());
  tell({ kind: 'workspace', url: workspace.url, stored: workspace.stored() });
  return undefined;
}

/** A command: its flags, and its exit code; undefined means that it goes on until a signal. */
interface Command {
  readonly flags: readonly string[];
  readonly run: (flags: Flags) => Promise<ExitCode | undefined>;
}

const asking = (command: ServerCommand): Command => ({
  flags: ['server'],
  run: async (flags) => askServer(command, flags, tell),
});

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['serve', { flags: ['journal', 'workspace', 'pod', 'port', 'on-ready'], run: serve }],
  ['workspace', { flags: ['store', 'port'], run: runWorkspace }],
  ['health', asking('health')],
  ['drain', asking('drain')],
  ['resume', asking('resume')],
  ['presence-resync', asking('presence-resync')],
  [
    'presence-down',
    { flags: ['workspace', 'pod', 'at'], run: async (flags) => runPresenceDown(flags, tell) },
  ],
  [
    'backfill',
    {
      flags: ['journal', 'checkpoints', 'workspace', 'from', 'to', 'margin-seconds', 'again'],
      run: async (flags) => runBackfill(flags, tell),
    },
  ],
  ['journal-check', { flags: ['journal'], run: async (flags) => runJournalCheck(flags, tell) }],
]);

async function main([name = '', ...rest]: readonly string[]): Promise<void> {
  try {
    const command = COMMANDS.get(name);
    if (command === undefined) throw new UsageError(`there is no command '${name}'`);
    const code = await command.run(readFlags(rest, command.flags));
    if (code !== undefined) process.exitCode = code;
  } catch (error) {
    console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : reasonOf(error));
    process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.fault;
  }
}

void main(process.argv.slice(2));
