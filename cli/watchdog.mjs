#!/usr/bin/env node
// The `watchdog` of package.json's bin: teaches Node to read TypeScript, then starts the program.
import { register } from 'tsx/esm/api';

register();
await import('./main.ts');
