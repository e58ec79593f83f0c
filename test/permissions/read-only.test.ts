import { expect, test } from 'vitest';
import { isReadOnlyCommand } from '../../src/permissions/read-only.ts';

test.each([
  'ls -la src',
  'pwd',
  'cat package.json | head -20',
  "rg -n 'a|b' src --glob '*.ts'",
  "grep -rn 'x y' . 2>/dev/null | wc -l",
  'git status --short',
  'git log --oneline -5',
  'git --no-pager diff --stat HEAD~1',
  'git show HEAD:src/a.ts',
  "find . -name '*.ts' -not -path './node_modules/*' -type f | sort | uniq -c | sort -rn",
  "sed -n '10,20p' a.ts",
  'cd src && ls *.ts',
  'echo done; true',
  'node --version',
  'ls missing 2>&1',
  'jq .name package.json',
  'legwork chats show chat_1 --json',
])('%j only reads', command => {
  const isReadOnly = isReadOnlyCommand(command);

  expect(isReadOnly).toBe(true);
});

test.each([
  'rm x',
  'ls; rm x',
  'npm test',
  'sed -i s/a/b/ x',
  "sed -n '1p' x -i",
  'sort -o x y',
  'sort -no x y',
  'sort --output=x y',
  'sort *',
  'tree -o x',
  'uniq a b',
  'date -s 2020-01-01',
  'hostname x',
  'git diff --output=x',
  'git diff --outp=x',
  'git branch x',
  'git branch -D x',
  'git tag x',
  'git remote add a b',
  'git stash',
  'git log -O',
  'git diff *',
  'git push',
  'rg -z x',
  'rg --search-zip x',
  './ls',
  'node -e 1',
  'tee x',
  'touch x',
  'env',
  'printenv',
  'legwork chats delete chat_1',
  'cd -',
  'find . -newerXY x -exec ls',
  'file -C -m x',
  'LS',
])('%j is not known to only read', command => {
  const isReadOnly = isReadOnlyCommand(command);

  expect(isReadOnly).toBe(false);
});
