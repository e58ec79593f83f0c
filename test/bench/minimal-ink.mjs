// The smallest Ink program that shows what is typed: what `legwork` in a terminal is measured against.
import { Box, render, Text, useInput } from 'ink';
import { createElement, useState } from 'react';

function App() {
  const [text, setText] = useState('');
  useInput(input => setText(before => before + input));
  return createElement(Box, null, createElement(Text, null, `> ${text}`));
}

render(createElement(App), { interactive: true, incrementalRendering: true });
