// swift-tools-version: 6.2
import PackageDescription

// A package of its own: its programs link only with the fuzzer's flags, which scripts/fuzz gives.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"), .treatAllWarnings(as: .error),
]
let core: [Target.Dependency] = ["FuzzDriver", .product(name: "SIPCore", package: "e911d")]

let package = Package(
    name: "Fuzz",
    dependencies: [.package(name: "e911d", path: "..", traits: [])],
    targets: [
        .target(name: "CFuzzer"),
        .target(name: "FuzzDriver", dependencies: ["CFuzzer"], swiftSettings: settings),
        .executableTarget(name: "FuzzMessage", dependencies: core, swiftSettings: settings),
        .executableTarget(name: "FuzzStream", dependencies: core, swiftSettings: settings),
    ]
)
