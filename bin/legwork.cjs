#!/usr/bin/env node
'use strict';

// The version guard. Written in ES5, so that a Node too old for everything else can still
// read this file and say what is wrong. bin/start.cjs is loaded only by a Node that will do.

var fs = require('fs');
var path = require('path');

var NEEDED = [22, 18];
var WRONG_NODE = 78;
var root = path.join(__dirname, '..');
var args = process.argv.slice(2);

if (isNewEnough(process.versions.node)) {
  if (asksVersion()) printVersion();
  else require('./start.cjs');
} else {
  // A checkout brings its own Node as a devDependency; an installed package does not.
  var ownNode = path.join(root, 'node_modules', 'node', 'bin', 'node');
  if (!fs.existsSync(ownNode)) refuse();
  else if (asksVersion()) printVersion();
  else goOnWith(ownNode);
}

function isNewEnough(version) {
  var parts = version.split('.');
  var major = Number(parts[0]);
  return major > NEEDED[0] || (major === NEEDED[0] && Number(parts[1]) >= NEEDED[1]);
}

function asksVersion() {
  return args.length === 1 && (args[0] === '--version' || args[0] === '-v' || args[0] === '-V');
}

function printVersion() {
  var manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  process.stdout.write(manifest.version + '\n');
}

function refuse() {
  process.stderr.write(
    'legwork needs Node ' +
      NEEDED.join('.') +
      ' or newer, and this is Node ' +
      process.versions.node +
      ': get one from https://nodejs.org/en/download, or with a version manager (nvm install 24, fnm install 24, volta install node@24).\n'
  );
  process.exitCode = WRONG_NODE;
}

function goOnWith(node) {
  var child;
  // Before the child is there: one that is quick to start may be sent a signal at once.
  forwardSignals(function (signal) {
    child.kill(signal);
  });
  child = require('child_process').spawn(node, [__filename].concat(args), { stdio: 'inherit' });
  child.on('error', function (error) {
    process.stderr.write('legwork could not start ' + node + ' (' + error.message + '): run npm install again.\n');
    process.exit(WRONG_NODE);
  });
  child.on('exit', function (code, signal) {
    process.exit(signal ? 128 + signalNumber(signal) : code);
  });
}

/** What a terminal sends, it sends to the child as well; passing that on would make one Ctrl-C two. */
function forwardSignals(send) {
  var hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  ['SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGINT', 'SIGQUIT'].forEach(function (signal) {
    var isFromTerminal = hasTerminal && (signal === 'SIGINT' || signal === 'SIGQUIT');
    process.on(signal, function () {
      if (!isFromTerminal) send(signal);
    });
  });
}

function signalNumber(signal) {
  var numbers = require('os').constants;
  return (numbers && numbers.signals ? numbers.signals : require('constants'))[signal] || 0;
}
