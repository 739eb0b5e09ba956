import { onScopeDispose, ref, type Ref } from 'vue'
import { serverNow } from '@/api/request'

const now = ref(serverNow())
let users = 0
let timer = 0

/** The server's time, one shared tick per second for all clocks on the page. */
export function useNow(): Ref<number> {
  users += 1
  now.value = serverNow()
  if (users === 1) timer = window.setInterval(() => (now.value = serverNow()), 1000)
  onScopeDispose(() => {
    users -= 1
    if (users === 0) window.clearInterval(timer)
  })
  return now
}
