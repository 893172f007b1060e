// @ts-check
/**
 * An interview is held in one window of a browser. The server tells a window that another one has taken over; a window
 * whose connection is lost hears nothing of the server, would come back by itself, and take the interview away again.
 */

/**
 * @param {string} id of the interview
 * @param {() => void} onTaken another window has begun to hold it
 * @returns {() => void} lets go
 */
export function takeOver(id, onTaken) {
  const windows = new BroadcastChannel(`moui.interview.${id}`);
  windows.onmessage = onTaken;
  windows.postMessage('here');
  return () => windows.close();
}
