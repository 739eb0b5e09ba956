/** What a device can be, as the ledger of devices says. */
export const CATEGORIES = ['gas_detector', 'logger', 'gateway', 'camera'] as const
