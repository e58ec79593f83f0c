type Environment = Readonly<Record<string, string | undefined>>;

/** Names of variables that hold secrets, or the way to something that holds them. */
const secretName =
  /(?:API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|SECRET|PASSW(?:OR)?D|PASSPHRASE|CREDENTIAL|AUTH(?:ORIZATION)?$|COOKIE|SESSION_?KEY)|(?:^|_)(?:KEY|PAT|PWD|TOKENS?|DSN)$|^(?:LEGWORK_|AWS_|SSH_AUTH_SOCK$|SSH_AGENT_PID$|GPG_AGENT_INFO$|DBUS_SESSION_BUS_ADDRESS$|BASH_FUNC_|BASH_ENV$|ENV$)/i;
/** The working directory, whose names only look like passwords; and where this program keeps things, which is no secret. */
const harmless = new Set(['PWD', 'OLDPWD', 'LEGWORK_HOME']);
/** A URL with a password in it, such as those of databases and proxies. */
const secretValue = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i;

/**
 * The environment that tools and their children see (R37): without keys, tokens, passwords, the agent of SSH, variables of this program and
 * those that make a shell run something at its start. `pass`: names that the user let through all the same.
 */
export function toolEnvironment(env: Environment, pass: readonly string[] = []): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    const isSecret = !harmless.has(name) && (secretName.test(name) || secretValue.test(value));
    if (!isSecret || pass.includes(name)) kept[name] = value;
  }
  return kept;
}
