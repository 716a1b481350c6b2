#!/usr/bin/env node
// The `watchdog` of package.json's bin: teaches Node to read TypeScript, then starts the program.
import { createRequire } from 'node:module';
import { register as registerImport } from 'tsx/esm/api';
import { register as registerRequire } from 'tsx/cjs/api';

// Both: this package is CommonJS, and `import()` in it is of ES modules.
registerRequire();
registerImport();
createRequire(import.meta.url)('./main.ts');
