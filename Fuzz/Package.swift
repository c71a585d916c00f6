// swift-tools-version: 6.2
import PackageDescription

// A package of its own: its programs link only with the fuzzer's flags, which scripts/fuzz gives.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"), .treatAllWarnings(as: .error),
]
let libraries = ["E911Values", "SIPCore", "E911Simulation"].map {
    Target.Dependency.product(name: $0, package: "e911d")
}
let programs = [
    "FuzzMessage", "FuzzStream", "FuzzURI", "FuzzHeader", "FuzzTransactions", "FuzzSubscription", "FuzzTrace",
    "FuzzCapture",
]

let package = Package(
    name: "Fuzz",
    dependencies: [.package(name: "e911d", path: "..", traits: [])],
    targets: [
        .target(name: "CFuzzer"),
        // The tests of the main package take this folder in too, and replay what once crashed.
        .target(
            name: "FuzzChecks", dependencies: libraries, path: "Checks", exclude: ["Tests"], swiftSettings: settings),
        .target(name: "FuzzDriver", dependencies: ["CFuzzer", "FuzzChecks"], swiftSettings: settings),
    ]
        + programs.map { .executableTarget(name: $0, dependencies: ["FuzzDriver"], swiftSettings: settings) }
)
