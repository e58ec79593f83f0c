process.stderr.write('usage: legwork [options] [prompt]\n');
process.exitCode = 2;
