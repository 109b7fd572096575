/** The words of moving a visit by its link: a catalogue of its own, so that nobody downloads it who only looks at a storefront. */
export const moveEn = {
  open: 'Move to another time',
  title: 'Move your booking',
  pick: 'Choose another time',
  present: 'Now: {{when}}',
  go: 'Move here',
  moved: 'Moved to {{when}}. {{business}} has been told.',
  takenTitle: 'Somebody was faster',
  taken: 'This time has just been taken. Your booking stays as it was: take one of these, or choose below.',
  takeAlternative: 'Move to {{when}}',
  refusedTitle: 'Not moved',
  lostAnswer: 'We could not reach the server, so we do not know yet whether this was moved. Try again: nothing is moved twice.',
};
