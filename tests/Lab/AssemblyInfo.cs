// What measures time or looks at the whole machine has a collection that runs alone. The others, each with labs of its own, are deployments that mostly wait for
// each other's ends: two of them share two cores well.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
