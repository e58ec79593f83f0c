'use strict';

// Loaded by legwork.cjs once the Node is known to be new enough.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const main = path.join(__dirname, '..', 'dist', 'main.cjs');
const NOT_BUILT = 78;

if (fs.existsSync(main)) {
  if (process.env.LEGWORK_NO_COMPILE_CACHE !== '1') keepCompiledCode();
  require('../dist/main.cjs');
} else {
  process.stderr.write('legwork is not built yet: run npm install, or npm run build, in its directory.\n');
  process.exitCode = NOT_BUILT;
}

/** Makes the second start quicker. Never a reason to fail: a cache that cannot be kept is not kept. */
function keepCompiledCode() {
  try {
    const directory = path.join(cacheHome(), 'legwork', 'compile');
    fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (isOurs(directory)) require('node:module').enableCompileCache(directory);
  } catch {}
}

function cacheHome() {
  const fromXdg = process.env.XDG_CACHE_HOME;
  return fromXdg && path.isAbsolute(fromXdg) ? fromXdg : path.join(os.homedir(), '.cache');
}

/** Code is run from there, so nobody else may be able to write it. */
function isOurs(directory) {
  if (!process.getuid) return true;
  const { uid, mode } = fs.lstatSync(directory);
  return uid === process.getuid() && (mode & 0o022) === 0;
}
