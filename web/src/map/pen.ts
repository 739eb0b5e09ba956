/** Canvas pens and outlines. */
export function fill(pen: CanvasRenderingContext2D, path: Path2D): void {
  pen.fill(path)
}

/** Fills a shape and draws its edge, in the pen's colours. */
export function paint(pen: CanvasRenderingContext2D, path: Path2D): void {
  pen.fill(path)
  pen.stroke(path)
}
