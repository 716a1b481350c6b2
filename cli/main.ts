import { run } from './program';
import { processTerminal } from './terminal';

// The SDK warns on Node 20, which this project supports for its tools (the Lambda runs Node 24).
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `watchdog … | head` closes the pipe when it has seen enough.
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

run(process.argv.slice(2), processTerminal(process)).then(
  // Not process.exit: what was printed into a pipe must get out.
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 70;
  },
);
