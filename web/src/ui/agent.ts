/** A browser by name, as people know it; pure, tested. What is no browser keeps the name that it gave. */

const BROWSERS: [RegExp, string][] = [[/MicroMessenger\/(\d+)/, 'WeChat'], [/QQBrowser\/(\d+)/, 'QQ'], [/Edg(?:A|iOS)?\/(\d+)/, 'Edge'], [/OPR\/(\d+)/, 'Opera'], [/Firefox\/(\d+)/, 'Firefox'], [/(?:Headless)?Chrome\/(\d+)/, 'Chrome'], [/Version\/(\d+).*Safari/, 'Safari']]
const SYSTEMS: [RegExp, string][] = [[/HarmonyOS|OpenHarmony/, 'HarmonyOS'], [/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Windows/, 'Windows'], [/Mac OS X/, 'macOS'], [/Linux|X11/, 'Linux']]

export function agentName(agent: string | null | undefined): string {
  if (!agent) return '—'
  const browser = BROWSERS.map(([pattern, name]) => ({ name, version: pattern.exec(agent)?.[1] })).find((one) => one.version)
  if (!browser || !agent.startsWith('Mozilla/')) return agent
  const system = SYSTEMS.find(([pattern]) => pattern.test(agent))?.[1]
  return [`${browser.name} ${browser.version}`, system].filter(Boolean).join(' · ')
}
