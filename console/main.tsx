import { render } from 'preact';
import { App } from './app.tsx';
import { followLinks } from './place.ts';

followLinks();
render(<App />, document.getElementById('root')!);
