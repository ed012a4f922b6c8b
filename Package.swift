// swift-tools-version: 6.2
import PackageDescription

/// One set of settings for every Swift target: the language mode is 6 (from the tools version), and an
/// import is internal and must name what it uses.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
]
/// What streams need beyond sockets: TLS, certificates that can be read, and WebSocket.
let streams: [Target.Dependency] = [
  .product(name: "NIOSSL", package: "swift-nio-ssl"),
  .product(name: "NIOTLS", package: "swift-nio"),
  .product(name: "NIOWebSocket", package: "swift-nio"),
  .product(name: "SwiftASN1", package: "swift-asn1"),
  .product(name: "X509", package: "swift-certificates"),
]
/// What the agent is asked over, and what it asks with.
let http: [Target.Dependency] = [
  .product(name: "AsyncHTTPClient", package: "async-http-client"),
  .product(name: "HTTPTypes", package: "swift-http-types"),
  .product(name: "Hummingbird", package: "hummingbird"),
  .product(name: "HummingbirdCore", package: "hummingbird"),
  .product(name: "Logging", package: "swift-log"),
  .product(name: "NIOFoundationCompat", package: "swift-nio"),
  .product(name: "NIOHTTP1", package: "swift-nio"),
]

let package = Package(
  name: "sipreconcile",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "sipreconcile", targets: ["sipreconcile"]),
    .library(name: "SIPReconcile", targets: ["SIP", "Reconcile", "Manifests", "EngineNIO"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
  ],
  targets: [
    .systemLibrary(name: "CAres", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .target(name: "SIP", dependencies: [crypto], swiftSettings: settings),
    .target(name: "Reconcile", dependencies: ["SIP"], swiftSettings: settings),
    .target(name: "Manifests", dependencies: ["Reconcile", "SIP", "CYAML"], swiftSettings: settings),
    // The calls for batches of datagrams, which Swift does not see.
    .target(name: "CDatagrams"),
    // The allocator's own call, which Swift does not see either.
    .target(name: "CMemory"),
    // Files of other programs, read into our model.
    .target(name: "Importing", dependencies: ["Reconcile", "SIP", "Manifests"], swiftSettings: settings),
    .target(
      name: "SIPTransport",
      dependencies: ["SIP", "CAres", "CDatagrams", crypto] + nio + streams,
      swiftSettings: settings
    ),
    .target(
      name: "EngineNIO",
      dependencies: ["Reconcile", "SIP", "SIPTransport"] + nio,
      swiftSettings: settings
    ),
    .target(name: "EngineScripted", dependencies: ["Reconcile", "SIP"], swiftSettings: settings),
    .target(
      name: "EmbeddedRegistrar",
      dependencies: ["SIP", "SIPTransport"] + nio,
      swiftSettings: settings
    ),
    .target(
      name: "StateStore",
      dependencies: [
        "Reconcile", "SIP", crypto,
        grdb,
        // The C functions behind it, for loops over many rows.
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: settings
    ),
    .target(
      name: "Agent",
      dependencies: ["StateStore", "Reconcile", "SIP", "CMemory"] + nio + http,
      swiftSettings: settings
    ),
    .executableTarget(
      name: "sipreconcile",
      dependencies: [
        "SIP", "Reconcile", "Manifests", "Importing", "SIPTransport", "EngineNIO", "EmbeddedRegistrar",
        "StateStore", "Agent",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings
    ),

    .target(
      name: "TestSupport",
      dependencies: [
        "Reconcile", "SIP", "SIPTransport", crypto,
        .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "X509", package: "swift-certificates"),
      ] + nio,
      path: "Tests/Support",
      swiftSettings: settings
    ),
    .tests("SIPTests", of: ["SIP", "TestSupport"]),
    .tests("SIPTransportTests", of: ["SIP", "SIPTransport", "TestSupport"] + nio + streams),
    .tests("ReconcileTests", of: ["Reconcile", "SIP", "EngineScripted", "TestSupport"]),
    .tests("ManifestsTests", of: ["Manifests", "Reconcile", "SIP"], exclude: ["Fixtures"]),
    .tests("ImportingTests", of: ["Importing", "Manifests", "Reconcile", "SIP"], exclude: ["Samples"]),
    .tests("StateStoreTests", of: ["StateStore", "Reconcile", "SIP", grdb]),
    .tests("EmbeddedRegistrarTests", of: ["EmbeddedRegistrar", "SIP", "SIPTransport", "TestSupport"] + nio),
    .tests(
      "EngineContractTests",
      of: [
        "EmbeddedRegistrar", "EngineNIO", "EngineScripted", "Reconcile", "SIP", "SIPTransport", "TestSupport",
      ] + nio
    ),
    .tests(
      "EngineNIOTests",
      of: ["EmbeddedRegistrar", "EngineNIO", "Reconcile", "SIP", "SIPTransport", "TestSupport"] + nio
    ),
    .tests(
      "AgentTests",
      of: ["Agent", "StateStore", "Reconcile", "SIP", "EngineScripted", "TestSupport"] + nio + http
    ),
    .tests(
      "CommandTests",
      of: [
        "sipreconcile", "Agent", "EngineNIO", "EngineScripted", "Manifests", "Reconcile", "SIP",
        "SIPTransport",
        "StateStore", "TestSupport",
      ],
      exclude: ["Golden"]
    ),
    .tests(
      "InteropTests",
      of: ["sipreconcile", "EmbeddedRegistrar", "SIP", "SIPTransport", "TestSupport"] + nio,
      exclude: ["Scenarios"]
    ),
  ]
)

extension Target {
  /// A target of tests, which has the settings of all.
  static func tests(_ name: String, of dependencies: [Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
  }
}

// `make fuzz` sets this: the package is then the readers and libFuzzer's entry points alone, so that everything
// in it is instrumented, and nobody else builds them. The dependencies stay, for they are what Package.resolved holds.
if Context.environment["SIPRECONCILE_FUZZ"] != nil {
  package.products = []
  package.targets = [
    .target(name: "SIP", dependencies: [crypto], swiftSettings: settings),
    .target(
      name: "TestSupport",
      dependencies: ["SIP"],
      path: "Tests/Support/Torture",
      swiftSettings: settings
    ),
  ]
  for name in ["FuzzMessages", "FuzzStreams", "FuzzChallenges"] {
    package.targets.append(
      .executableTarget(
        name: name,
        dependencies: ["TestSupport"],
        path: "Tests/Fuzzing/\(name)",
        swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]
      )
    )
  }
}
