// Runs before the first paint, so that a chosen theme does not flash the other one. A file of its own because the
// Content-Security-Policy allows no inline script.
try {
  const chosen = localStorage.getItem('stillframe.theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is blocked: the system's theme applies.
}
