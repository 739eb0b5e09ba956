// Excel workbooks of one sheet, written and read.

import { inflated, unzip, zip } from './archive.mjs'

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const SHEET_HEAD = `${XML}<worksheet xmlns="${MAIN}"><sheetData>`
const SHEET_TAIL = '</sheetData></worksheet>'

/** The MIME type of a workbook. */
export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

const escaped = (text) => String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

function row(cells) {
  const cell = (value) => {
    if (value === null || value === undefined || value === '') return '<c/>'
    return typeof value === 'number' ? `<c><v>${value}</v></c>` : `<c t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`
  }
  return `<row>${cells.map(cell).join('')}</row>`
}

function book(sheet) {
  const type = (part, kind) => `<Override PartName="${part}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${kind}+xml"/>`
  return zip([
    ['[Content_Types].xml', `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${type('/xl/workbook.xml', 'sheet.main')}${type('/xl/worksheets/sheet1.xml', 'worksheet')}</Types>`],
    ['_rels/.rels', `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
    ['xl/workbook.xml', `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`],
    ['xl/_rels/workbook.xml.rels', `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`],
    ['xl/worksheets/sheet1.xml', sheet],
  ])
}

/** A workbook of these rows; the first one is the heading. */
export function workbook(rows) {
  return book(SHEET_HEAD + rows.map(row).join('') + SHEET_TAIL)
}

/** A small file that unpacks to `megabytes` of blanks inside a sheet. */
export function bomb(megabytes) {
  return book(inflated(SHEET_HEAD, ' '.repeat(1 << 20), megabytes, SHEET_TAIL))
}

/** A small file with `thousands` × 1000 honest-looking rows. */
export function endless(heading, cells, thousands) {
  return book(inflated(SHEET_HEAD + row(heading), row(cells).repeat(1000), thousands, SHEET_TAIL))
}

/** A sheet whose text is an entity that grows without bound (billion laughs). */
export function laughing() {
  const levels = Array.from({ length: 10 }, (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`)
  const type = `<!DOCTYPE x [<!ENTITY l0 "ha">${levels.join('')}]>`
  return book(`${XML}${type}<worksheet xmlns="${MAIN}"><sheetData><row><c t="inlineStr"><is><t>&l10;</t></is></c></row>${SHEET_TAIL}`)
}

const unescaped = (text) => text.replace(/&(lt|gt|amp|quot|apos|#x?[0-9a-f]+);/gi, (whole, name) => {
  if (name[0] === '#') return String.fromCodePoint(name[1] === 'x' ? parseInt(name.slice(2), 16) : Number(name.slice(1)))
  return { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }[name]
})
const texts = (xml) => [...xml.matchAll(/<t(?: [^>]*)?>([^<]*)<\/t>/g)].map((found) => unescaped(found[1])).join('')
const columnOf = (reference) => [...reference.replace(/\d/g, '')].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1

/** The cells of the first sheet, as text. */
export function readWorkbook(bytes) {
  const files = unzip(bytes)
  const shared = [...(files.get('xl/sharedStrings.xml')?.toString('utf8') ?? '').matchAll(/<si>(.*?)<\/si>/gs)].map((found) => texts(found[1]))
  const sheet = files.get('xl/worksheets/sheet1.xml').toString('utf8')
  return [...sheet.matchAll(/<row[^>]*?(?:\/>|>(.*?)<\/row>)/gs)].map((found) => cellsOf(found[1] ?? '', shared))
}

function cellsOf(xml, shared) {
  const cells = []
  for (const [, attributes, inner = ''] of xml.matchAll(/<c((?: [^>]*?)?)(?:\/>|>(.*?)<\/c>)/gs)) {
    const reference = / r="([A-Z]+\d+)"/.exec(attributes)?.[1]
    const value = /<v>([^<]*)<\/v>/.exec(inner)?.[1]
    const text = / t="s"/.test(attributes) ? shared[Number(value)] : (value === undefined ? texts(inner) : unescaped(value))
    cells[reference ? columnOf(reference) : cells.length] = text
  }
  return Array.from(cells, (cell) => cell ?? '')
}
