import Foundation
import Testing

@testable import Agent

@Suite(.timeLimit(.minutes(3))) struct FileWatcherTests {
  let folder: String
  let watcher: FileWatcher

  init() throws {
    folder = NSTemporaryDirectory() + "/sipreconcile-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    watcher = try FileWatcher()
  }

  private func path(_ name: String) -> String { folder + "/" + name }

  private func write(_ text: String, _ name: String) throws {
    #expect(FileManager.default.createFile(atPath: path(name), contents: Data(text.utf8)))
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
  }

  /// True when the watcher tells of a change; a test that hangs here has found that it does not.
  private func tells() async -> Bool {
    for await _ in watcher.changes { return true }
    return false
  }

  @Test("REC-83 each of ten atomic renames is seen")
  func renames() async throws {
    try write("0", "a.yaml")
    watcher.watch([path("a.yaml")])
    for turn in 1...10 {
      try write("\(turn)", "a.new")
      #expect(rename(path("a.new"), path("a.yaml")) == 0)
      #expect(await tells())
    }
  }

  @Test("REC-84 TRAP-22 a swap of Kubernetes' ..data link is seen, again and again")
  func swappedLink() async throws {
    for turn in 0...3 {
      try FileManager.default.createDirectory(atPath: path("..v\(turn)"), withIntermediateDirectories: false)
      try write("\(turn)", "..v\(turn)/a.yaml")
    }
    try link("..data", to: "..v0")
    try link("a.yaml", to: "..data/a.yaml")
    watcher.watch([path("a.yaml")])
    for turn in 1...3 {
      try link("..data_tmp", to: "..v\(turn)")
      #expect(rename(path("..data_tmp"), path("..data")) == 0)
      #expect(await tells())
    }
    // The watch has followed the link: the file it leads to now is seen too.
    try write("changed in place", "..v3/a.yaml")
    #expect(await tells())
  }

  @Test("REC-83 in a folder that is watched as a whole each file that comes, changes or goes is seen")
  func wholeFolder() async throws {
    try FileManager.default.createDirectory(atPath: path("d"), withIntermediateDirectories: false)
    watcher.watch([path("d/")])
    try write("0", "d/a.yaml")
    #expect(await tells())
    try FileManager.default.removeItem(atPath: path("d/a.yaml"))
    #expect(await tells())
    try FileManager.default.removeItem(atPath: path("d"))
    #expect(await tells())
    try FileManager.default.createDirectory(atPath: path("d"), withIntermediateDirectories: false)
    #expect(await tells())
    try write("1", "d/b.yaml")
    #expect(await tells())
  }

  @Test("REC-81 a deletion is seen, and so is the return, of the folder too")
  func deletion() async throws {
    try FileManager.default.createDirectory(atPath: path("deep"), withIntermediateDirectories: false)
    try write("0", "deep/a.yaml")
    watcher.watch([path("deep/a.yaml")])
    try FileManager.default.removeItem(atPath: path("deep/a.yaml"))
    #expect(await tells())
    try FileManager.default.removeItem(atPath: path("deep"))
    #expect(await tells())
    try FileManager.default.createDirectory(atPath: path("deep"), withIntermediateDirectories: false)
    #expect(await tells())
    try write("1", "deep/a.yaml")
    #expect(await tells())
  }

  @Test("REC-85 a write in place and a hard link's replacement are seen")
  func inPlace() async throws {
    try write("0", "a.yaml")
    watcher.watch([path("a.yaml")])
    let handle = try #require(FileHandle(forWritingAtPath: path("a.yaml")))
    try handle.write(contentsOf: Data("1".utf8))
    #expect(await tells())
    try handle.close()
    _ = await tells()
    try write("2", "b.yaml")
    try FileManager.default.removeItem(atPath: path("a.yaml"))
    #expect(Foundation.link(path("b.yaml"), path("a.yaml")) == 0)
    #expect(await tells())
  }

  @Test func otherFilesOfTheFolderAreNoChange() async throws {
    try write("0", "a.yaml")
    watcher.watch([path("a.yaml")])
    for turn in 0..<100 { try write("\(turn)", "other-\(turn)") }
    try write("1", "a.yaml")
    #expect(await tells())
  }

  @Test func linksThatLeadInACircleEnd() throws {
    try link("a", to: "b")
    try link("b", to: "a")
    let places = WatchedPlaces(of: [path("a/x.yaml")])
    let names = try #require(places.names.first { $0.key.hasSuffix(URL(filePath: folder).lastPathComponent) })
    #expect(names.value == ["a", "b"])
  }
}
