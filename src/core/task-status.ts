export type TaskStatus = 'queued' | 'waiting' | 'running' | 'parked' | 'completed' | 'failed' | 'stopped';
export const openStatuses: readonly TaskStatus[] = ['queued', 'waiting', 'running', 'parked'];
export const endedStatuses: readonly TaskStatus[] = ['completed', 'failed', 'stopped'];
