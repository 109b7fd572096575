/** As much of React as a hook needs: state that survives a render, and effects that run after it. */
export function renderHook(hook) {
  const states = [];
  const effects = [];
  let cursor = 0;
  let result;
  const useState = (initial) => {
    const at = cursor++;
    if (!(at in states)) states[at] = initial;
    return [states[at], (value) => {
      states[at] = value;
      render();
    }];
  };
  const useEffect = (run, dependencies) => {
    const at = cursor++;
    const last = effects[at];
    if (last && dependencies.every((value, index) => Object.is(value, last.dependencies[index]))) return;
    effects[at] = { run, dependencies, clean: last?.clean, isDue: true };
  };
  function render() {
    cursor = 0;
    Object.assign(globalThis, { useState, useEffect });
    result = hook();
    for (const effect of effects.filter((entry) => entry?.isDue)) {
      effect.isDue = false;
      effect.clean?.();
      effect.clean = effect.run();
    }
  }
  render();
  return {
    get result() {
      return result;
    },
    unmount() {
      for (const effect of effects) effect?.clean?.();
      delete globalThis.useState;
      delete globalThis.useEffect;
    },
  };
}
