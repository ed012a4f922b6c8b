extension TopKey {
  static let title = "file"
  static let section = SectionEntry(
    "top level",
    "The keys that a file has outside of any other.",
    rules: [
      "Several files are one state: their names are shared, and each name is declared once. `engine`, `reconcile` and "
        + "`default` stand in one of them.",
      "`include` stays below the folder of the file that was named, or below `--include-root`. Folders stand for their "
        + "`.yaml` and `.yml` files, in the order of the names; each file is read once.",
    ],
    example: """
      apiVersion: sipreconcile/v1
      owner: office
      accounts:
        alice:
          identity: sip:alice@example.com
          auth: { username: alice, password: { fromFile: ./alice.password } }
      """
  )
  static let required = [TopKey.apiVersion]

  var entry: KeyEntry {
    switch self {
    case .apiVersion: KeyEntry("The format of this file.", .constant("sipreconcile/v1"))
    case .owner:
      KeyEntry(
        """
        The stable name under which registrations are owned, and the state is kept: at most 64 letters, \
        digits, `-`, `_` and `.`, with no `.` in front. It stands in one of the files that are loaded together, or \
        alike in several.
        """,
        .matching("^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$"),
        otherwise: "another of the files has it"
      )
    case .include:
      KeyEntry(
        "Other files that belong to this one: files, folders and patterns, seen from this file's folder.",
        .list(.text)
      )
    case .registrars: KeyEntry("Servers by name.", .names(of: .mapping(RegistrarKey.self)))
    case .credentials:
      KeyEntry("Credentials by name, which accounts share.", .names(of: .mapping(CredentialKey.self)))
    case .engine:
      KeyEntry("Our own side: address and name. Options of the command line win.", .mapping(EngineKey.self))
    case .reconcile: KeyEntry("How far a plan may go, and how often to look.", .mapping(ReconcileKey.self))
    case .defaults:
      KeyEntry(
        "What each account of this file, and of those that it includes, has unless it says otherwise.",
        .defaults
      )
    case .default: KeyEntry("The default account, by its name.", .text, otherwise: "there is none")
    case .accounts:
      KeyEntry("The accounts by their stable names.", .names(of: .mapping(AccountKey.self)))
    }
  }
}
