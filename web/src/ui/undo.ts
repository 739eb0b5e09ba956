/** Doing without asking, because it can be undone. */
import { ElMessage } from 'element-plus'
import { h } from 'vue'
import { i18n } from '@/i18n'

const TIME_MS = 7000

function tell(message: string, undo: () => void, closed: () => void): void {
  const { t } = i18n.global
  const notice = ElMessage({
    message: h('span', { class: 'undo' }, [message, h('button', { type: 'button', class: 'undo-button', 'data-testid': 'undo', onClick: () => { undo(); notice.close() } }, t('action.undo'))]),
    duration: TIME_MS,
    showClose: true,
    onClose: closed,
  })
}

/** It is done already and can be taken back. */
export function showUndo(message: string, undo: () => void): void {
  tell(message, undo, () => undefined)
}

/** It disappears now and is done when the time to take it back has passed, or the page is left. */
export function doLater(message: string, commit: () => void, undo: () => void): void {
  let open = true
  const finish = () => {
    window.removeEventListener('pagehide', finish)
    if (!open) return
    open = false
    commit()
  }
  window.addEventListener('pagehide', finish)
  tell(message, () => {
    open = false
    undo()
  }, finish)
}
