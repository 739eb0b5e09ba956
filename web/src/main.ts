import { VueQueryPlugin, QueryClient } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { isProblem } from './api/problem'
import App from './App.vue'
import { i18n, setLocale, storedLocale } from './i18n'
import { bindStream } from './live/invalidate'
import { keepingCache, startKeeping } from './offline/keeping'
import { bindLastSeen } from './offline/lastSeen'
import { watchVersion } from './offline/version'
import { registerWorker } from './offline/worker'
import { watchGestures } from './live/sound'
import { router } from './router'
import './ui/element'
import './styles/tokens.css'
import './styles/element.css'
import './styles/grades.css'
import './styles.css'
import { startTheme } from './ui/theme'

const client = new QueryClient({
  queryCache: keepingCache(),
  defaultOptions: {
    // A browser that believes to be offline would hold back what a person does and send it much later.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 20_000,
      // A lost line is tried again for long; an answer that says no is not.
      retry: (count, error) => isProblem(error) && error.offline && count < 3,
      refetchOnWindowFocus: false,
    },
  },
})

startTheme()
watchGestures()
bindStream(client)
bindLastSeen(client)
registerWorker()
void setLocale(storedLocale()).then(() => {
  const app = createApp(App).use(createPinia())
  startKeeping(client)
  watchVersion()
  app.use(i18n).use(VueQueryPlugin, { queryClient: client }).use(router).mount('#app')
})
