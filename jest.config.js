/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  setupFiles: ['<rootDir>/test/setup.js'],
  // The tests are all computing: one worker a core, where jest would leave one core idle.
  maxWorkers: '100%',
  // Drills and synthesis take seconds when the machine is busy; a hang still ends.
  testTimeout: 300_000,
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' } }],
  },
};
