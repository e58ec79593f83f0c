import { type PermissionMode, permissionModes } from './policy.ts';

/** The mode of the two that permits less. */
export function narrower(a: PermissionMode, b: PermissionMode): PermissionMode {
  return permissionModes.indexOf(a) <= permissionModes.indexOf(b) ? a : b;
}
