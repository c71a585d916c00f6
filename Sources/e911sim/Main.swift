@main
struct Main {
    static func main() {
        print("e911sim")
    }
}
