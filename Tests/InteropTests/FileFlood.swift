import Foundation
import TestSupport

/// A manifest that is changed at random, in every way in which files are changed.
struct FileFlood {
  enum Way: CaseIterable {
    /// A new file takes the place of the old one.
    case rename
    /// The file is emptied and written anew.
    case inPlace
    /// The file is a link into a folder that is a link, which then leads elsewhere (Kubernetes).
    case links
    case half
    case garbage
    case nothing
    case removal

    /// Those that leave a whole file.
    static let valid: [Way] = [.rename, .inPlace, .links]
  }

  /// Declared in every version.
  static let constant = ["n0", "n1", "n2", "n3", "n4", "n5"]

  private let folder: TemporaryFolder
  private let users: [String]
  private let port: UInt16
  private var random: SeededGenerator
  private var version = 0
  private var path: String { folder.path("accounts.yaml") }

  init(in folder: TemporaryFolder, users: [String], port: UInt16, seed: UInt64) {
    self.folder = folder
    self.users = users
    self.port = port
    random = SeededGenerator(seed: seed)
  }

  /// Another version: other contacts for half of the accounts, and one or two more accounts or none.
  mutating func next() -> DeclaredFleet {
    version += 1
    var fleet = DeclaredFleet(accounts: [], registrars: ["main": "127.0.0.1:\(port)"])
    let more = users.dropFirst(Self.constant.count).filter { _ in Bool.random(using: &random) }
    for (index, user) in (Self.constant + more).enumerated() {
      let contact = "sip:\(user)@192.0.2.\(index % 2 == 0 ? version % 250 + 1 : 1):5060"
      fleet.accounts.append(
        index == 3
          ? DeclaredAccount(user, dependsOn: Self.constant[0]) : DeclaredAccount(user, contact: contact)
      )
    }
    return fleet
  }

  mutating func change() throws {
    let fleet = next()
    try write(fleet, by: Way.allCases.randomElement(using: &random)!)
  }

  func write(_ fleet: DeclaredFleet, by way: Way) throws {
    let bytes = Data(fleet.text.utf8)
    switch way {
    case .rename: try folder.write(fleet.text, to: "accounts.yaml")
    case .inPlace: try overwrite(bytes)
    case .links: try swapLinks(fleet.text)
    case .half: try overwrite(bytes.prefix(bytes.count / 2))
    case .garbage: try overwrite(Data("accounts: [".utf8))
    case .nothing: try overwrite(Data())
    case .removal: try removeIfThere(path)
    }
  }

  /// In two parts, as a slow writer does.
  private func overwrite(_ bytes: Data) throws {
    if !FileManager.default.fileExists(atPath: path) {
      try removeIfThere(path)
      _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
    }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    defer { file.closeFile() }
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: bytes.prefix(bytes.count / 2))
    try file.write(contentsOf: bytes.dropFirst(bytes.count / 2))
  }

  private func swapLinks(_ text: String) throws {
    let target = "..version\(version)"
    _ = try folder.makeFolder(target)
    try folder.write(text, to: "\(target)/accounts.yaml")
    try link("..data", to: target)
    try link("accounts.yaml", to: "..data/accounts.yaml")
  }

  /// Puts a link in the place of whatever is there, at once.
  private func link(_ name: String, to target: String) throws {
    let new = folder.path("..new")
    try FileManager.default.createSymbolicLink(atPath: new, withDestinationPath: target)
    guard rename(new, folder.path(name)) == 0 else { throw SupportError.system("rename", code: errno) }
  }

  private func removeIfThere(_ path: String) throws {
    guard unlink(path) == 0 || errno == ENOENT else { throw SupportError.system("unlink", code: errno) }
  }
}
