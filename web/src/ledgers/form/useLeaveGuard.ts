/** Asks before what was typed is left behind. The draft is kept anyway: leaving loses nothing, but nothing is saved either. */
import { onBeforeUnmount, onMounted } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'
import { useI18n } from 'vue-i18n'
import { ElMessageBox } from 'element-plus'

export function useLeaveGuard(unsaved: () => boolean): void {
  const { t } = useI18n()
  function closing(event: BeforeUnloadEvent): void {
    if (unsaved()) event.preventDefault()
  }
  onMounted(() => window.addEventListener('beforeunload', closing))
  onBeforeUnmount(() => window.removeEventListener('beforeunload', closing))
  onBeforeRouteLeave(async () => {
    if (!unsaved()) return true
    return ElMessageBox.confirm(t('form.leave_text'), t('form.leave_title'), { confirmButtonText: t('form.leave'), cancelButtonText: t('form.stay'), autofocus: false }).then(() => true, () => false)
  })
}
