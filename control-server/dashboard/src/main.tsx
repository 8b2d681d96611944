import { createRoot } from 'react-dom/client';
import { App, takeCodeOfPage } from './app.tsx';

// First of all, so that the code is gone from the address before anything else can read it.
const code = takeCodeOfPage();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id "root"');
createRoot(root).render(<App initialCode={code} />);
