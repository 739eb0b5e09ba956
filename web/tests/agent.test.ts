import { describe, expect, it } from 'vitest'
import { agentName } from '@/ui/agent'

describe('the name of a browser', () => {
  it('is what people call it', () => {
    expect(agentName('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0')).toBe('Edge 131 · Windows')
    expect(agentName('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36')).toBe('Chrome 140 · Linux')
    expect(agentName('Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1')).toBe('Safari 18 · iOS')
    expect(agentName('Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1')).toBe('Chrome 114 · HarmonyOS')
  })
  it('stays what it says of itself when it is none', () => {
    expect(agentName('fengsui-gateway/1.2')).toBe('fengsui-gateway/1.2')
    expect(agentName(null)).toBe('—')
  })
})
