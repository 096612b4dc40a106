/** Starts the page. */

import { render } from 'preact';
import { App } from './app.tsx';
import { begin } from './state.ts';

await begin();
render(<App />, document.getElementById('app') as HTMLElement);

if (import.meta.env.PROD && 'serviceWorker' in navigator)
  navigator.serviceWorker.register(new URL('sw.js', document.baseURI));
