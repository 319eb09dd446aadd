// Keyboard shortcuts: one table for the listener and for the help dialog.

import { byId, icon, label, make, isTyping } from './dom.js';
import { say } from './messages.js';

// [action, its keys, keys as the dialog shows them, group in the dialog, message key]; entries without a message share the line above
const SHORTCUTS = [
  ['play', ['Space', 'k'], 'Space', 'play', 'key_play'],
  ['play_row', ['Shift+Space'], 'Shift Space', 'play', 'key_play_row'],
  ['frame_back', ['ArrowLeft', ','], '← →', 'play', 'key_frame'],
  ['frame_next', ['ArrowRight', '.']],
  ['second_back', ['Shift+ArrowLeft', 'j'], 'Shift ← →', 'play', 'key_second'],
  ['second_next', ['Shift+ArrowRight', 'l']],
  ['slower', ['<'], '< >', 'play', 'key_speed'],
  ['faster', ['>']],
  ['captions', ['c'], 'C', 'play', 'key_captions'],
  ['above', ['ArrowUp'], '↑ ↓', 'rows', 'key_rows'],
  ['below', ['ArrowDown']],
  ['page_above', ['PageUp']],
  ['page_below', ['PageDown']],
  ['top', ['Home'], 'Home End', 'rows', 'key_ends'],
  ['bottom', ['End']],
  ['flag_next', ['n'], 'N Shift+N', 'rows', 'key_flags'],
  ['flag_previous', ['N']],
  ['first', ['w'], 'W', 'rows', 'key_flagged_first'],
  ['edit', ['Enter', 'F2'], 'Enter', 'rows', 'key_edit'],
  ['edit_second', ['e'], 'E', 'rows', 'key_edit_translation'],
  ['merge', ['m'], 'M', 'rows', 'key_merge'],
  ['voice', ['v'], 'V', 'rows', 'key_voice'],
  ['follow', ['t'], 'T', 'rows', 'key_follow'],
  ['start_earlier', ['['], '[ ]', 'time', 'key_start'],
  ['start_later', [']']],
  ['end_earlier', ['{'], '{ }', 'time', 'key_end'],
  ['end_later', ['}']],
  ['whole_earlier', ['Alt+ArrowLeft'], 'Alt ← →', 'time', 'key_whole'],
  ['whole_later', ['Alt+ArrowRight']],
  ['start_here', ['i'], 'I O', 'time', 'key_here'],
  ['end_here', ['o']],
  ['untime', ['u'], 'U', 'time', 'key_untime'],
  [null, [], 'Enter', 'edit', 'key_save'],
  [null, [], 'Esc', 'edit', 'key_cancel'],
  [null, [], 'Shift Enter', 'edit', 'key_split'],
  [null, [], 'Backspace', 'edit', 'key_merge_above'],
  [null, [], 'Alt ↑ ↓', 'edit', 'key_save_next'],
  [null, [], 'Ctrl Space', 'edit', 'key_play_editing'],
  ['undo', ['Ctrl+z'], 'Ctrl Z', 'all', 'key_undo'],
  ['redo', ['Ctrl+Z', 'Ctrl+y'], 'Ctrl Shift Z', 'all', 'key_redo'],
  ['find', ['/', 'Ctrl+f'], 'Ctrl F', 'all', 'key_find'],
  ['find_replace', ['Ctrl+h']],
  ['find_next', ['F3', 'g']],
  ['find_previous', ['Shift+F3', 'G']],
  ['render', ['r', 'Ctrl+Enter'], 'R', 'all', 'key_render'],
  ['saved', ['Ctrl+s']],
  ['zoom_out', ['-'], '− + 0', 'all', 'key_zoom'],
  ['zoom_in', ['+', '=']],
  ['zoom_fit', ['0']],
  [null, [], 'Alt ← →', 'all', 'key_slide'],
  ['help', ['?', '？'], '?', 'all', 'key_help'],
];

/** Listen for the keys of the table; `actions` gives the function of each action by name. */
export function bindShortcuts(actions) {
  const actionByKey = new Map(SHORTCUTS.flatMap(([action, keys]) => keys.map(key => [key, action])));
  addEventListener('keydown', event => {
    if (event.isComposing || byId('keys').open) return;
    if (isTyping(event.target) && !(event.ctrlKey || event.metaKey) && !/^F\d/.test(event.key)) return;
    const action = actionByKey.get(keyName(event));
    if (!action || pressesControl(event)) return;
    event.preventDefault();
    actions[action]();
  });
}

/** Return a key as the table writes it. Shift is left out for characters, which it has changed already. */
function keyName(event) {
  const key = event.key === ' ' ? 'Space' : event.key, isCharacter = key.length === 1;
  const control = event.ctrlKey || event.metaKey ? 'Ctrl+' : '';
  return `${control}${event.altKey ? 'Alt+' : ''}${event.shiftKey && !isCharacter ? 'Shift+' : ''}${key}`;
}

/** Tell whether the key operates the button or menu that has the focus. */
function pressesControl(event) {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (target.tagName === 'SELECT') return !(event.ctrlKey || event.metaKey);
  return /^(BUTTON|A|SUMMARY)$/.test(target.tagName) && ['Enter', ' '].includes(event.key) && !event.ctrlKey;
}

/** Show the table in a dialog. */
export function showShortcuts() {
  const dialog = byId('keys');
  if (!dialog.childElementCount) {
    const close = make('button', { class: 'quiet icon', onclick: () => dialog.close() }, icon('close'));
    label(close, say('close'), 'Esc');
    const groups = ['play', 'rows', 'time', 'edit', 'all'].map(group => make('section', {},
      make('h3', {}, say(`group_${group}`)),
      make('dl', {}, ...SHORTCUTS.filter(entry => entry[3] === group).flatMap(([, , keys, , message]) => [
        make('dt', {}, ...keys.split(' ').map(key => make('kbd', {}, key))), make('dd', {}, say(message))]))));
    dialog.append(make('header', {}, make('h2', { id: 'keys-title' }, say('keys')), close), make('div', { class: 'groups' }, ...groups));
    dialog.addEventListener('click', event => { if (event.target === dialog) dialog.close(); });
  }
  dialog.showModal();
}
