import E911Values
import SIPCore

// Questions about many devices that are answered page by page.
extension E911Node {
    /// Whom filters would hit, of a page of a call server's devices.
    func preview(
        _ callServer: String, _ choices: FilterChoices, after: String?, limit: Int, now: Now
    ) -> NodeAnswer {
        guard registry.activeMember(ofCallServer: callServer) != nil else {
            return .refused([Self.noCallServer(callServer)])
        }
        let problems = SiteCheck.problems(of: choices)
        guard problems.isEmpty else { return .refused(problems.map(\.description)) }
        do throws(PatternError) {
            let page = registry.preview(
                try DeviceFilter(choices), callServer: callServer, after: after.flatMap { DeviceID(cursor: $0) },
                limit: min(max(1, limit), Self.devicePageLimit))
            return .devices(page.hits.map { info(of: $0, now: now) }, next: page.next?.cursor)
        } catch {
            return .refused(["\(error)"])
        }
    }

    /// Addresses of record that the site, or the file that it names, lists for a call server and of which no device is
    /// known: none has registered, or the last one is forgotten. `after` is the place in the list to go on from.
    func neverSeen(_ callServer: String, after: Int, limit: Int) -> NodeAnswer {
        guard let site, let server = site.server(named: callServer) else {
            return .refused([Self.noCallServer(callServer)])
        }
        let aors = listed(site.servers[server].configuration)
        let start = min(max(0, after), aors.count)
        let end = min(aors.count, start + min(max(1, limit), Self.pageLimit))
        let unseen = aors[start..<end].filter { !registry.knows(aor: $0, callServer: callServer) }
        return .addressesOfRecord(unseen, next: end < aors.count ? end : nil)
    }
}
