/** Starts the page. */

import { render } from 'preact';
import { App } from './app.tsx';
import { begin } from './state.ts';

await begin();
const place = document.getElementById('app') as HTMLElement;
place.replaceChildren();
render(<App />, place);

if (import.meta.env.PROD && 'serviceWorker' in navigator)
  navigator.serviceWorker.register(new URL('sw.js', document.baseURI));
