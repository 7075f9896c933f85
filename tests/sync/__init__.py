"""The promises of the pure core: nothing is lost, and the order of arrival never matters."""
