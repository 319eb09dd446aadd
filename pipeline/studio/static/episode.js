// The page of one episode: its parts and the events between them.

import { get, listen, Refusal } from './api.js';
import { nearestFrame } from './clock.js';
import { Episode } from './document.js';
import { byId, label, make, toast } from './dom.js';
import { Editor } from './editor.js';
import { Find } from './find.js';
import { bindShortcuts, showShortcuts } from './keys.js';
import { say, sentence } from './messages.js';
import { Player } from './player.js';
import { Render } from './render.js';
import { Rows } from './rows.js';
import { Ruler } from './ruler.js';
import { Scrubber } from './scrubber.js';
import { Strip } from './strip.js';
import { fitSpan, moveRow } from './times.js';
import { Wave } from './wave.js';

const { id } = document.body.dataset;

try {
  start(new Episode(id, await get(`/api/e/${id}`)));
} catch (error) {
  byId('rows').removeAttribute('aria-busy');
  const reason = error instanceof Refusal ? sentence(error.sentences) : '';
  byId('rows').append(make('li', { class: 'empty' }, make('strong', {}, reason || say('not_loaded')),
    make('button', { onclick: () => location.reload() }, say('retry'))));
  if (!(error instanceof Refusal)) throw error;
}

function start(episode) {
  const player = new Player(episode), wave = new Wave(episode, player), rows = new Rows(episode, player);
  const editor = new Editor(episode, rows, player), find = new Find(episode, rows), render = new Render(episode);
  const strip = new Strip(episode, player, wave);
  new Scrubber(episode, player, wave);
  new Ruler(episode, player, wave);

  const show = async why => {
    const { title, name, notices = [], job } = episode.document;
    byId('title').textContent = title || name;
    document.title = title || name;
    rows.show();
    if (why === 'first') performance.mark('studio:rows');
    strip.show();
    render.state();
    if (why !== 'made') render.job(job);
    showUndo();
    showNotices(notices);
    wave.show();
    await player.show();
  };

  const showUndo = () => {
    for (const verb of ['undo', 'redo']) {
      const edit = episode.document[verb], key = verb === 'undo' ? 'Ctrl+Z' : 'Ctrl+Shift+Z';
      byId(verb).disabled = !edit;
      label(byId(verb), edit ? say(`${verb}_edit`, { edit: sentence(edit) }) : say(verb), key);
    }
  };

  // Events between the parts.
  episode.on('document', ({ why }) => show(why));
  episode.on('patch', ({ change, at, rows: fresh, notice }) => {
    showUndo();
    if (notice) toast(sentence(notice));
    if (episode.document.notices) showNotices(episode.document.notices);
    player.captions();
    if ((change.kind === 'undo' || change.kind === 'redo') && fresh.length) rows.select(at);
  });
  episode.on('saving', ({ waiting }) => { byId('saved').textContent = waiting ? say('saving') : say('saved'); });
  episode.on('lost', () => render.banner(say('connection_lost'), 'line'));
  episode.on('patch', () => render.settle('line'));
  episode.on('refused', ({ sentences, conflict, context }) => {
    if (!conflict) rows.show();
    const { change } = context, draft = ['text', 'second'].includes(change.kind) ? change : null;
    toast(conflict ? say('conflict') : sentence(sentences) || say('refused'), {
      kind: 'bad', ms: 12000, action: draft ? say('restore_draft') : null,
      act: () => editor.open({ index: draft.row - 1, second: draft.kind === 'second',
        draft: { ...currentTexts(draft.row - 1), [draft.kind]: draft.text } }),
    });
  });
  const currentTexts = index => ({ text: episode.rows[index].text, second: episode.rows[index].second ?? '' });
  rows.on('marked', () => wave.mark(rows.selected, rows.playing));
  rows.on('following', () => { if (rows.following) wave.following = true; });
  wave.on('choose', ({ index }) => { rows.follow(true); rows.select(index, { focus: true }); });
  wave.on('dragging', ({ index }) => rows.select(index));
  wave.on('ready', () => wave.mark(rows.selected, rows.playing));
  player.on('silent', () => toast(say('no_media')));
  player.on('broken', () => toast(say('film_fails'), { kind: 'bad' }));
  player.on('state', () => { if (player.playing) wave.following = true; rows.updateFollowButton(); });

  // Events from the server.
  let lost = false;
  listen(`${episode.path}/events`, {
    progress: event => render.progress(event),
    made: event => { render.made(event); episode.refresh('made').catch(() => {}); },  // on failure the connection is lost, which `lost` reports
    failed: event => render.failed(event),
    stopped: () => render.stopped(),
    slides: event => episode.slidesCame(event),
    broken: event => render.banner(sentence(event.sentence), 'files'),
    changed: () => {
      render.settle('files');
      episode.refresh('elsewhere').then(fresh => { if (fresh) toast(say('changed_elsewhere')); }).catch(() => {});
    },
  }, {
    opened: () => {
      if (!lost) return;
      lost = false;
      render.settle('line');
      toast(say('connected_again'), { kind: 'good' });
      episode.refresh('again').catch(() => {});  // if the connection is lost again, `lost` reports it
    },
    lost: () => { lost = true; render.banner(say(episode.waiting ? 'connection_lost' : 'connection_lost_idle'), 'line'); },
  });

  // Keyboard shortcuts.
  const nudge = (edge, step) => {
    const change = rows.selected >= 0 && moveRow(episode.rows, rows.selected, edge, step, episode.fps);
    if (change) episode.edit(change); else toast(say('no_room'));
  };
  const here = edge => {
    const row = episode.rows[rows.selected], frame = nearestFrame(player.ms, episode.fps);
    const wish = { start: row.start_frame, end: row.end_frame, [edge]: edge === 'start' ? player.frame : frame };
    const change = fitSpan(episode.rows, rows.selected, wish, episode.fps, edge);
    if (change) episode.edit(change);
  };
  const undo = verb => { if (episode.document[verb]) episode[verb](); };
  const actions = {
    play: () => player.toggle(), play_row: () => player.playRow(episode.rows[rows.selected]),
    frame_back: () => player.step(-1), frame_next: () => player.step(1),
    second_back: () => player.seek(player.ms - 1000), second_next: () => player.seek(player.ms + 1000),
    slower: () => player.faster(-1), faster: () => player.faster(1), captions: () => player.nextCaptions(),
    above: () => rows.by(-1), below: () => rows.by(1), page_above: () => rows.by(-8), page_below: () => rows.by(8),
    top: () => rows.ends(false), bottom: () => rows.ends(true),
    flag_next: () => rows.flag(1), flag_previous: () => rows.flag(-1), first: () => rows.sort(!rows.sorted),
    edit: () => editor.open({ index: rows.selected }), edit_second: () => editor.open({ index: rows.selected, second: true }),
    merge: () => editor.merge(rows.selected), voice: () => rows.voice(), follow: () => rows.follow(true),
    start_earlier: () => nudge('start', -1), start_later: () => nudge('start', 1),
    end_earlier: () => nudge('end', -1), end_later: () => nudge('end', 1),
    whole_earlier: () => nudge('whole', -1), whole_later: () => nudge('whole', 1),
    start_here: () => here('start'), end_here: () => here('end'), untime: () => editor.untime(rows.selected),
    undo: () => undo('undo'), redo: () => undo('redo'),
    find: () => find.open(), find_replace: () => find.open(true), find_next: () => find.next(1), find_previous: () => find.next(-1),
    render: () => render.start(), saved: () => toast(say('saved_always')),
    zoom_out: () => wave.zoomBy(-1), zoom_in: () => wave.zoomBy(1), zoom_fit: () => wave.fit(), help: () => showShortcuts(),
  };
  bindShortcuts(actions);
  byId('help').addEventListener('click', actions.help);
  byId('undo').addEventListener('click', actions.undo);
  byId('redo').addEventListener('click', actions.redo);
  label(byId('help'), say('keys'), '?');
  label(byId('find-open'), say('find'), 'Ctrl+F');
  label(byId('next-flag'), say('flag_next'), 'N');
  label(byId('previous-flag'), say('flag_previous'), 'Shift+N');
  label(byId('first'), say('flagged_first'), 'W');
  rows.on('selected', () => { const row = episode.rows[rows.selected]; if (row && !player.playing) wave.reveal(row.start_ms, row.end_ms); });

  show('first').then(() => performance.mark('studio:ready'));
}

function showNotices(notices) {
  const old = document.querySelector('.notices'), text = notices.map(notice => sentence(notice)).join('\n');
  if ((old?.dataset.text ?? '') === text) return;
  old?.remove();
  if (!notices.length) return;
  byId('find').before(make('details', { class: 'notices', 'data-text': text, open: old?.open }, make('summary', {}, say('notices', { count: notices.length })),
    make('ul', {}, ...notices.map(notice => make('li', {}, sentence(notice))))));
}
