// Labs share two cores with each other and with what they test; side by side they would only measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
