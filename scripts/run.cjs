'use strict';

// Runs a script of this directory: `node scripts/run.cjs build.ts …`. npm runs it on the Node of
// devDependencies. Where that one is missing (installed with --ignore-scripts) and the system's
// Node is too old for TypeScript, this says what to do.

const [major, minor] = process.versions.node.split('.').map(Number);

if (major > 22 || (major === 22 && minor >= 18)) {
  const [script] = process.argv.splice(2, 1);
  process.argv[1] = require('node:path').join(__dirname, script);
  import(`./${script}`);
} else {
  process.stderr.write(
    `legwork needs Node 22.18 or newer, and this is Node ${process.versions.node}: run npm install, or npm rebuild node if install scripts were left out; both bring a newer one along.\n`,
  );
  process.exitCode = 78;
}
