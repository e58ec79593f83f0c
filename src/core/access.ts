/**
 * What a call does to the world: decides how permissions judge it and whether it may be repeated after a crash.
 * `none`: nothing outside the conversation; `delegate`: makes or steers tasks, which are judged on their own.
 */
export type Access = 'none' | 'read' | 'write' | 'execute' | 'network' | 'delegate';
