/// One file to import: its name, as messages show it, and its text.
package struct ImportSource: Sendable {
  package var path: String
  package var text: String

  package init(path: String, text: String) {
    self.path = path
    self.text = text
  }
}
