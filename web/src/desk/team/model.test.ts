import { describe, expect, it } from 'vitest';
import { decideMoves, lostRights, rolesToGive } from './model';

describe('the team', () => {
  it('gives roles up to the own one, and never ownership', () => {
    expect(rolesToGive('owner')).toEqual(['staff', 'manager', 'admin']);
    expect(rolesToGive('admin')).toEqual(['staff', 'manager', 'admin']);
    expect(rolesToGive('manager')).toEqual(['staff', 'manager']);
  });

  it('lets nobody touch who stands above them', () => {
    expect(decideMoves('admin', { role: 'owner', isYou: false })).toEqual({ changesRole: false, removes: false, transfers: false });
    expect(decideMoves('owner', { role: 'admin', isYou: false })).toEqual({ changesRole: true, removes: true, transfers: true });
    expect(decideMoves('manager', { role: 'staff', isYou: false })).toEqual({ changesRole: false, removes: false, transfers: false });
    expect(decideMoves('owner', { role: 'owner', isYou: true })).toEqual({ changesRole: false, removes: false, transfers: false });
  });

  it('names what is lost by a lower role', () => {
    const rights = [{ right: 'messages', title: 'Own conversations', description: '', roles: ['staff' as const, 'manager' as const] }, { right: 'events', title: 'Events', description: '', roles: ['manager' as const] }];
    expect(lostRights(rights, 'manager', 'staff')).toEqual(['Events']);
    expect(lostRights(rights, 'staff', 'manager')).toEqual([]);
  });
});
