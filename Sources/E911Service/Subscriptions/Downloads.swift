import E911Values
import SIPCore

/// Downloads that somebody asked for, and those that have their times (contract section 2).
extension E911Node {
    /// A site was taken over.
    mutating func wantSchedules(now: Now) {
        let servers = site?.configuration.callServers ?? []
        calendar.take(
            servers.filter(\.enabled).compactMap { server in
                server.subscription.download.map { (server.name, $0) }
            }, zoneOffsetMinutes: zoneOffsetMinutes, now: now)
    }

    /// Asks for all devices of a call server: each of its subscriptions that stands is refreshed.
    ///
    /// - Returns: `false` when there is no such call server.
    mutating func download(callServer name: String, now: Now) -> Bool {
        guard let site, let server = site.server(named: name) else { return false }
        subscriptions.refreshAll(ofServer: server)
        workOnSubscriptions(now: now)
        return true
    }

    /// Begins the downloads whose time has come.
    mutating func continueDownloads(now: Now) {
        guard let deadline = downloadsDeadline, deadline <= now.monotonic else { return }
        for name in calendar.due(zoneOffsetMinutes: zoneOffsetMinutes, now: now) {
            note(.info, "download.scheduled", "A scheduled download begins", [.init("call-server", name)])
            _ = download(callServer: name, now: now)
        }
    }

    var downloadsDeadline: MonotonicTime? {
        isShuttingDown ? nil : calendar.nextDeadline
    }
}
